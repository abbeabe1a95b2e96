import { expect, test } from 'vitest';
import { isContainer } from './container.ts';
import type { Surroundings } from './container.ts';

const machine: Surroundings = {
  variables: {},
  isThere: () => false,
  groups: () => '0::/user.slice/user-1000.slice/session-3.scope\n',
};

test.each<[what: string, found: Partial<Surroundings>, expected: boolean]>([
  ['a machine', {}, false],
  ['a machine with Docker beside', { groups: () => '0::/system.slice/docker-proxy-watch.service\n' }, false],
  ['a variable that is empty', { variables: { container: '', KUBERNETES_SERVICE_HOST: '' } }, false],
  ['Docker', { isThere: (file) => file === '/.dockerenv' }, true],
  ['Podman', { isThere: (file) => file === '/run/.containerenv' }, true],
  ['systemd-nspawn', { variables: { container: 'systemd-nspawn' } }, true],
  ['a pod', { variables: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }, true],
  ['Docker by its groups', { groups: () => '12:pids:/docker/3f2a\n0::/\n' }, true],
  ['Docker under systemd', { groups: () => '0::/system.slice/docker-3f2a9c0d1b.scope\n' }, true],
  ['a pod by its groups', { groups: () => '4:memory:/kubepods/burstable/pod7/3f2a\n' }, true],
  [
    'a pod under systemd',
    { groups: () => '0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-3f.scope\n' },
    true,
  ],
  ['LXC', { groups: () => '0::/lxc/web\n' }, true],
])('%s', (_what, found, expected) => {
  expect(isContainer({ ...machine, ...found })).toBe(expected);
});
