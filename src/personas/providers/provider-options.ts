// What the host gives to providers when it makes them. Shapes only.

/** Values that only the host may read. */
export interface ProviderOptions {
  /** Values of the variables that `env:` lists name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where programs are looked up, as in the sandbox. Absent: nobody looks before a program is started. */
  readonly path?: string;
}
