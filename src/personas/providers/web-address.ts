// What is wrong with an address that requests are sent to, before anything is sent. Pure.

/** `none`: it is no address on the web, or carries a password or a fragment. `plain`: anybody on the way to another machine can read it. */
export type AddressFault = 'none' | 'plain';

/** The fault; undefined: there is none. `allowHttp`: the way to another machine is the operator's own. */
export function addressFault(address: URL | undefined, allowHttp: boolean | undefined): AddressFault | undefined {
  if (address === undefined || !['https:', 'http:'].includes(address.protocol)) return 'none';
  if (address.username !== '' || address.password !== '' || address.hash !== '') return 'none';
  return address.protocol === 'http:' && !isLoopback(address.hostname) && allowHttp !== true ? 'plain' : undefined;
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
