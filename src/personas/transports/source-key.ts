// The key `source` of providers that work elsewhere: whether the code is sent along.
import Type from 'typebox';

/** Its schema. */
export const sourceKey = Type.Union([Type.Literal('bundle'), Type.Literal('none')], {
  description:
    'Whether a persona that may read files gets the address of its code, a git bundle of the commit. Default: `bundle` where Troupe has a public address.',
});
