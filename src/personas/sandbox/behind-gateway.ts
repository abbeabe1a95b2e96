// Tier 2: tier 1 without a network, but for one socket to a gateway of Troupe. Opens a gateway for each process and closes it with it.
import { gatewayHost, gatewayPort, openGateway } from '../gateway/gateway.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { ProxyNetwork } from '../gateway/proxy.ts';
import { refusedHosts } from '../gateway/refused-hosts.ts';
import type { RefusedHosts } from '../gateway/refused-hosts.ts';
import type { Sandbox, SandboxOpen, SandboxRun } from '../model/types.ts';
import { forwarder } from './forwarder.ts';

/** What the operator lets through. */
export interface GatewayRules {
  /** Hosts that programs inside may connect to: names, or `*.` and what they end with. */
  readonly allow: readonly string[];
  readonly network?: ProxyNetwork;
}

/** The tier, on top of tier 1. */
export function behindGateway(walled: Sandbox, rules: GatewayRules): Sandbox {
  return {
    ...walled,
    tier: 'gateway',
    async open(open) {
      if (!open.network) return walled.open(open);
      const way = await openWay(open, rules);
      try {
        const process = await walled.open(way.within(open));
        const exit = process.exit.then(async (ended) => {
          await way.close();
          return ended;
        });
        // who does not wait for the exit has no use for what goes wrong after it
        exit.catch(() => undefined);
        return { ...process, exit, stop: (graceMs) => process.stop(graceMs).then(() => exit) };
      } catch (error) {
        await way.close();
        throw error;
      }
    },
    async run(run: SandboxRun) {
      if (!run.network) return walled.run(run);
      const way = await openWay(run, rules);
      try {
        const result = await walled.run(way.within(run));
        const refused = run.gateway === undefined ? way.refused.told() : undefined;
        return refused === undefined ? result : { ...result, stderr: `${result.stderr}\n${refused}\n` };
      } finally {
        await way.close();
      }
    },
  };
}

interface Way {
  readonly refused: RefusedHosts;
  within<Open extends SandboxOpen>(open: Open): Open;
  close(): Promise<void>;
}

async function openWay({ gateway: use }: SandboxOpen, { allow, network }: GatewayRules): Promise<Way> {
  const refused = refusedHosts();
  const gateway: Gateway = await openGateway({
    allow,
    ...(use === undefined ? {} : { models: use }),
    ...(network === undefined ? {} : { network }),
    onRefused(host, port) {
      refused.add(host, port);
      use?.onRefused(host, port);
    },
  });
  return {
    refused,
    within: (open) => ({
      ...open,
      command: [process.execPath, '-e', forwarder, gateway.socket, String(gatewayPort), ...open.command],
      env: { ...proxyVariables, ...open.env },
      readable: [...(open.readable ?? []), gateway.folder, process.execPath],
      network: false,
    }),
    close: () => gateway.close(),
  };
}

const proxy = `http://${gatewayHost}`;
const near = 'localhost,127.0.0.1,::1';

/** What programs look at before they connect anywhere. */
const proxyVariables: Readonly<Record<string, string>> = {
  HTTP_PROXY: proxy,
  HTTPS_PROXY: proxy,
  http_proxy: proxy,
  https_proxy: proxy,
  NO_PROXY: near,
  no_proxy: near,
  npm_config_proxy: proxy,
  npm_config_https_proxy: proxy,
  // Node itself looks at the variables above only when it is told to
  NODE_USE_ENV_PROXY: '1',
};
