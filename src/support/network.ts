// How this machine reaches others, as its operator says it in the environment: proxies and certificates. Reads no environment itself.
import http from 'node:http';
import https from 'node:https';

/** Variables, as an entry point has read them. */
type Variables = Readonly<Record<string, string | undefined>>;

const proxyNames = /^(?:https?|all)_proxy$/i;
const names =
  /^(?:(?:https?|all|no)_proxy|ssl_cert_(?:file|dir))$|^(?:NODE_EXTRA_CA_CERTS|GIT_SSL_CAINFO|GIT_SSL_CAPATH)$/i;

/** What programs that talk to other machines go by: `HTTPS_PROXY` and its kin, `SSL_CERT_FILE`, `GIT_SSL_CAINFO`. */
export function networkVariables(variables: Variables): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => names.test(entry[0]) && (entry[1] ?? '') !== '',
    ),
  );
}

/** Addresses of proxies that carry a password. */
export function proxySecrets(variables: Variables): readonly string[] {
  return Object.entries(variables).flatMap(([name, value = '']) =>
    proxyNames.test(name) && value.includes('@') ? [value] : [],
  );
}

/** From here on `fetch` asks the proxies that are named; Node by itself does so only where it was started with `NODE_USE_ENV_PROXY`. */
export function goThroughProxies(variables: Variables): void {
  const found = networkVariables(variables);
  if (!Object.keys(found).some((name) => proxyNames.test(name))) return;
  // early Nodes of 24 have no such function
  const set: ((env: Readonly<Record<string, string>>) => unknown) | undefined = http.setGlobalProxyFromEnv;
  const agents = [http.globalAgent, https.globalAgent] as const;
  set?.(found);
  // who opens connections by hand has chosen where they lead
  [http.globalAgent, https.globalAgent] = agents;
}
