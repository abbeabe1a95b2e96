// What the command line says of an error that nobody expected.

export const mishapMessages = {
  internalError: (command: string, said: string, report: string | undefined): string =>
    [
      `Troupe made a mistake of its own in \`troupe${command === '' ? '' : ` ${command}`}\`: ${said}`,
      report === undefined
        ? '→ No report could be written here. Run it again; if it happens again, tell us the line above.'
        : `→ The details are in ${report} (no secrets: look before you send it). Run it again; if it happens again, send us that file.`,
    ].join('\n'),
};
