"""Plays one persona of Troupe: takes requests from Redis and hands in answers. Needs: pip install redis; git where it works on code.

    REDIS_URL=rediss://:password@redis.example.com:6379 python3 worker.py code-reviewer
"""
import json, os, socket, subprocess, sys, tempfile, threading, urllib.request
import redis

PERSONA, PREFIX, GROUP, IDLE = sys.argv[1], "troupe", "workers", 60_000
STREAM, NAME = f"{PREFIX}:{PERSONA}", f"{socket.gethostname()}-{os.getpid()}"
db = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
# still the owner, then the answer, once: a worker that was frozen hands nothing in twice
FINISH = db.register_script("""
local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if #held == 0 or held[1][2] ~= ARGV[2] then return 'lost' end
if redis.call('SET', KEYS[2], ARGV[5], 'NX', 'EX', 604800) then redis.call('XADD', KEYS[3], '*', 'request_id', ARGV[4]) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3]) redis.call('XDEL', KEYS[1], ARGV[3]) return 'done'""")


def work(request: dict) -> dict:
    """What the persona does; here it looks at the code and counts its files. Asking a model belongs here."""
    if "source" not in request:
        return {"status": "pass", "summary": "There was no code to look at"}
    with tempfile.TemporaryDirectory() as folder:
        urllib.request.urlretrieve(request["source"]["url"], f"{folder}/code.bundle")
        subprocess.run(["git", "clone", "--quiet", "code.bundle", "code"], cwd=folder, check=True)
        files = subprocess.run(["git", "ls-files"], cwd=f"{folder}/code", check=True, capture_output=True, text=True).stdout.split()
    return {"status": "pass", "summary": f"Looked at {len(files)} files", "outputs": {"files": len(files)}}


def beat(entry: str, done: threading.Event) -> None:
    """Says every third of the idle limit that somebody works on it, as long as it is ours."""
    while not done.wait(IDLE / 3000):
        held = db.xpending_range(STREAM, GROUP, entry, entry, 1)
        if held and held[0]["consumer"] == NAME:
            db.xclaim(STREAM, GROUP, NAME, 0, [entry], justid=True)


def attend(entry: str, fields: dict) -> None:
    request, done = json.loads(fields.get("body") or db.get(fields["ref"])), threading.Event()
    threading.Thread(target=beat, args=(entry, done), daemon=True).start()
    try:
        cancelled = db.exists(f"{PREFIX}:cancel:{fields['request_id']}")
        answer = {"status": "error", "error": {"class": "cancelled", "message": "nobody waits"}} if cancelled else work(request)
    except Exception as error:
        answer = {"status": "error", "error": {"class": "failed", "message": str(error)}}
    done.set()
    FINISH(keys=[STREAM, f"{PREFIX}:done:{fields['request_id']}", f"{PREFIX}:results"], args=[GROUP, NAME, entry, fields["request_id"], json.dumps(answer)])


try:
    db.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
except redis.ResponseError as error:
    if "BUSYGROUP" not in str(error): raise
while True:
    lost = db.xautoclaim(STREAM, GROUP, NAME, IDLE, "0", count=1)[1]
    found = lost or [one for _stream, entries in db.xreadgroup(GROUP, NAME, {STREAM: ">"}, count=1, block=2000) or [] for one in entries]
    for entry, fields in found: attend(entry, fields)
