// Ways by which a persona might get out of its run, as lines for `sh`, and which of them no wall of a mode holds. Data only.

/** How runs are kept apart. */
export type Mode = 'root' | 'root with bubblewrap' | 'ordinary user' | 'ordinary user with bubblewrap';

/** One way out. It leads out when it prints what nobody may see, a line that begins with ESCAPED, or changes what is not its own. */
export interface Attempt {
  readonly what: string;
  /** Sees the variables of `TargetNames`. */
  readonly way: string;
  /** Modes that do not hold it, and the words of docs/security.md that say so. */
  readonly open?: Partial<Record<Mode, string>>;
  /** The same of tier 0 where the kernel gives no process table of its own. */
  readonly openWithOthers?: string;
}

/** What the ways are told: where things lie that are not theirs. Never what stands in them. */
export const targetNames = [
  'T_DATA',
  'T_DIR',
  'T_OTHER',
  'T_ANSWER',
  'T_PID',
  'T_PORT',
  'T_ABSTRACT',
  'T_SHM',
  'T_KEY',
] as const;

/** Their values. */
export type Targets = Readonly<Record<(typeof targetNames)[number], string>>;

const asOurselves = 'everything that the user Troupe runs as can read';
const networkIsOpen = 'The network is open in tiers 0 and 1';
/** One user for all: what the user may, a persona may. */
const ofOneUser = { 'ordinary user': asOurselves } as const;
const everywhere = {
  root: networkIsOpen,
  'root with bubblewrap': networkIsOpen,
  'ordinary user': networkIsOpen,
  'ordinary user with bubblewrap': networkIsOpen,
} as const;

const node = (script: string): string => `node -e '${script}'`;
/** Answers with what the other side says. */
const connect = (to: string): string =>
  node(
    `require("net").connect(${to}).on("data", (data) => { console.log(String(data)); process.exit(); }).on("error", () => process.exit()); setTimeout(process.exit, 3000)`,
  );
/** Calls the kernel for each process that it sees but its own, and says so where it lets it. */
const onOthers = (call: string): string =>
  `for p in $T_PID $(ls /proc | grep -E "^[0-9]+$" | grep -vx 1); do grep -qs T_PORT= /proc/$p/environ || perl -e 'my $pid = shift; ${call}' $p; done`;

/** All of them. */
export const attempts: readonly Attempt[] = [
  { what: 'reads the database', way: 'cat $T_DATA/troupe.db', open: ofOneUser },
  { what: 'lists the data directory', way: 'ls $T_DATA | grep -q troupe.db && echo ESCAPED', open: ofOneUser },
  { what: 'reads the private key', way: 'cat $T_DIR/key.pem', open: ofOneUser },
  { what: 'reads .env and the server file', way: 'cat $T_DIR/.env $T_DIR/troupe.config.yml', open: ofOneUser },
  {
    what: 'reads the mirror of another repository',
    way: 'cat $T_DATA/git/mirrors/other/objects/pack/p',
    open: ofOneUser,
  },
  {
    what: 'reads it with git',
    way: 'git --git-dir=$T_DATA/git/mirrors/other config --file $T_DATA/git/mirrors/other/config --list',
    open: ofOneUser,
  },
  { what: 'lists the mirrors', way: 'ls $T_DATA/git/mirrors | grep -q other && echo ESCAPED', open: ofOneUser },
  {
    what: 'names the mirror as its alternate',
    way: 'git init -q r && echo $T_DATA/git/mirrors/other/objects > r/.git/objects/info/alternates; cat $(cat r/.git/objects/info/alternates)/pack/p',
    open: ofOneUser,
  },
  { what: 'reads the worktree of another run', way: 'cat $T_OTHER/secret', open: ofOneUser },
  { what: 'finds it beside its own', way: 'cat ../../../*/main/tree/secret', open: ofOneUser },
  {
    what: 'goes up from its tree',
    way: 'for d in .. ../.. ../../.. ../../../..; do cat $d/secret $d/troupe.db $d/git; done',
    open: ofOneUser,
  },
  { what: 'reads the answer of another run', way: 'cat $T_ANSWER', open: ofOneUser },
  {
    what: 'links a folder of Troupe into its tree',
    way: 'ln -s $T_DATA folder; cat folder/troupe.db; rm -f folder',
    open: ofOneUser,
  },
  {
    what: 'gives a file of Troupe a name in its tree',
    way: 'ln $T_DIR/key.pem hard && cat hard; rm -f hard',
    open: ofOneUser,
  },
  { what: 'writes the answer of another run', way: 'echo forged > $T_ANSWER', open: ofOneUser },
  { what: 'writes the database', way: 'echo forged > $T_DATA/troupe.db', open: ofOneUser },
  {
    what: 'writes a hook of the mirror',
    way: 'echo forged > $T_DATA/git/mirrors/other/hooks/post-receive',
    open: ofOneUser,
  },
  {
    what: 'writes the configuration of the mirror',
    way: 'git config --file $T_DATA/git/mirrors/other/config core.fsmonitor forged',
    open: ofOneUser,
  },
  { what: 'writes the git directory of its own worktree', way: 'echo forged > ../git', open: ofOneUser },
  {
    what: 'follows a link out of its tree',
    way: 'ln -s $T_DIR/key.pem soft; cat soft; echo forged > soft; rm -f soft',
    open: ofOneUser,
  },
  {
    what: 'gives its folder another place',
    way: 'mv ../tree ../gone && echo ESCAPED && mv ../gone ../tree',
    open: ofOneUser,
  },
  { what: 'reads the environment of our process', way: 'tr "\\0" "\\n" < /proc/$T_PID/environ' },
  { what: 'reads every environment', way: 'for p in /proc/[0-9]*; do tr "\\0" "\\n" < $p/environ; done' },
  {
    what: 'reads the words of every process',
    way: 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; done',
    openWithOthers: 'Arguments of processes are shown to every user of a machine',
  },
  {
    what: 'reads the memory of our process',
    way: 'head -c 1 /proc/$T_PID/mem >/dev/null && echo ESCAPED; cat /proc/$T_PID/maps | grep -q . && echo ESCAPED',
  },
  {
    what: 'reads what our process has open',
    way: 'cat /proc/$T_PID/fd/*; ls /proc/$T_PID/fd | grep -q . && echo ESCAPED',
  },
  {
    what: 'goes through the root of our process',
    way: 'cat /proc/$T_PID/root/$T_DIR/key.pem /proc/$T_PID/cwd/key.pem',
  },
  { what: 'traces other processes', way: onOthers('syscall(101, 16, $pid, 0, 0) == 0 and print "ESCAPED\\n"') },
  {
    what: 'reads their memory with process_vm_readv',
    way: onOthers(
      'my $b = "x" x 8; my $v = pack("QQ", 1, 1); $! = 0; syscall(310, $pid, $v, 1, $v, 1, 0); print "ESCAPED\\n" if $! == 14',
    ),
  },
  { what: 'signals other processes', way: 'kill -0 $T_PID && echo ESCAPED; kill -STOP $T_PID && echo ESCAPED' },
  {
    what: 'stops whatever it finds',
    way: 'for p in $(ls /proc | grep -E "^[0-9]+$" | grep -vx 1); do grep -qs T_PORT= /proc/$p/environ || test ! -e /proc/$p || { kill -STOP $p && echo ESCAPED; }; done',
  },
  {
    what: 'gives our process another priority',
    way: 'renice -n 19 -p $T_PID && echo ESCAPED; prlimit --pid $T_PID --nofile=10:10 && echo ESCAPED',
  },
  { what: 'makes our process the first to be killed', way: 'echo 1000 > /proc/$T_PID/oom_score_adj && echo ESCAPED' },
  {
    what: 'enters the namespaces of our process',
    way: 'nsenter --target $T_PID --all sh -c "echo ESCAPED"; nsenter --target $T_PID --mount sh -c "echo ESCAPED"',
  },
  { what: 'talks to the control socket', way: connect('process.env.T_DATA + "/control.sock"'), open: ofOneUser },
  { what: 'talks to an abstract socket', way: connect('"\\0" + process.env.T_ABSTRACT'), open: everywhere },
  { what: 'talks to a service of this machine', way: connect('+process.env.T_PORT, "127.0.0.1"'), open: everywhere },
  {
    what: 'reads shared memory of others',
    way: 'cat /dev/shm/troupe-test-*; perl -e \'my $b; my $i = shmget($ENV{T_KEY}, 64, 0); defined $i and shmread($i, $b, 0, 64) and print "$b\\n"\'',
    open: ofOneUser,
  },
  { what: 'reads temporary files of others', way: 'cat $T_SHM/* /tmp/troupe-*/*', open: ofOneUser },
  {
    what: 'reads what it has inherited',
    way: 'for fd in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do cat <&$fd; done',
  },
  {
    what: 'becomes root',
    way: 'su root -c "echo ESCAPED" </dev/null; sudo -n echo ESCAPED; setpriv --reuid 0 echo ESCAPED; perl -e \'$) = 0; $> = 0; print "ESCAPED\\n" if open my $f, "<", "/etc/shadow"\'',
  },
  {
    what: 'gains rights from a setuid program',
    way: 'for f in $(find /usr/bin -perm -4000 2>/dev/null); do :; done; grep -q "^NoNewPrivs:.1" /proc/self/status || echo ESCAPED',
  },
  {
    what: 'has capabilities',
    way: 'grep -q "^CapEff:.0000000000000000" /proc/self/status || echo ESCAPED; grep -q "^CapPrm:.0000000000000000" /proc/self/status || echo ESCAPED',
  },
  { what: 'reads the passwords', way: 'cat /etc/shadow | grep -q . && echo ESCAPED' },
  {
    what: 'mounts',
    way: 'mkdir -p m; mount -t tmpfs none m && echo ESCAPED; mount --bind / m && echo ESCAPED; rmdir m',
  },
  {
    what: 'uncovers what is below a mount',
    way: 'umount /proc && echo ESCAPED; unshare -Urm umount /proc && echo ESCAPED; unshare -Urm umount -l /tmp && echo ESCAPED',
  },
  {
    what: 'makes the system writable in a namespace',
    way: 'unshare -Urm sh -c "mount -o remount,rw,bind /usr; touch /usr/troupe-was-here && echo ESCAPED; rm -f /usr/troupe-was-here"',
  },
  {
    what: 'names a program for crashed processes',
    way: 'test -w /proc/sys/kernel/core_pattern && echo ESCAPED; unshare -Urmpf sh -c "test -w /proc/sys/kernel/core_pattern && echo ESCAPED"',
  },
  {
    what: 'writes settings of the kernel',
    way: 'for f in /proc/sysrq-trigger /proc/sys/kernel/hostname /proc/sys/vm/overcommit_memory; do test -w $f && echo ESCAPED; done',
  },
  { what: 'leaves a core behind', way: 'ulimit -c unlimited 2>/dev/null; test "$(ulimit -c)" = 0 || echo ESCAPED' },
  {
    what: 'makes the node of a disk',
    way: 'mknod disk b 254 0 && echo ESCAPED; for d in /dev/vda /dev/sda /dev/mem /dev/kmem; do head -c 1 $d >/dev/null && echo ESCAPED; done',
  },
  {
    what: 'leaves its cgroup',
    way: 'for c in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/pids /sys/fs/cgroup/memory; do echo $$ > $c/cgroup.procs && echo ESCAPED; done',
  },
  {
    what: 'runs a program of a cgroup that ends',
    way: 'unshare -UrmC sh -c "mount -t cgroup -o memory none /mnt && echo /bin/true > /mnt/release_agent && echo ESCAPED"; for r in /sys/fs/cgroup/*/release_agent; do test -w $r && echo ESCAPED; done',
  },
  {
    what: 'raises its limits',
    way: 'ulimit -p 100000 && echo ESCAPED; prlimit --pid $$ --fsize=unlimited --nofile=2000000 && echo ESCAPED',
  },
  {
    what: 'loads a program into the kernel',
    way: 'perl -e \'my $a = "\\0" x 128; syscall(321, 5, $a, 128) >= 0 and print "ESCAPED\\n"\'',
  },
  {
    what: 'types into the terminal',
    way: 'sh -c "echo ESCAPED > /dev/tty"; perl -e \'my $c = "x"; open my $t, "<", "/dev/tty" and ioctl($t, 0x5412, $c) and print "ESCAPED\\n"\'',
  },
  {
    what: 'takes the place of a program of the PATH',
    way: 'for d in $(echo $PATH | tr : " "); do touch $d/troupe-was-here && echo ESCAPED; rm -f $d/troupe-was-here; done',
  },
  {
    what: 'leaves a task for later',
    way: 'echo "* * * * * true" | crontab - && echo ESCAPED; echo true | at now + 1 hour && echo ESCAPED; systemd-run --user true && echo ESCAPED',
  },
  {
    what: 'leaves processes behind',
    way: 'for i in 1 2 3; do (env -i /usr/bin/setsid /bin/sleep 654.987 >/dev/null 2>&1 &); done; (cd /; perl -e \'fork and exit; setpgrp; fork and exit; exec "/bin/sleep", "654.987"\' >/dev/null 2>&1 &)',
  },
];
