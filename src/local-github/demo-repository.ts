// The repository of the demo: a small shopping cart whose tests fail because of a real bug, the issue about it, and what fixes it.

/** Files of the first commit. `npm test` runs `node --test` and fails. */
export const demoRepository: Readonly<Record<string, string>> = {
  'README.md': `# cart

Adds up a shopping cart in cents, so that no money is lost to rounding.

    import { total } from './src/cart.js';

    total([{ price: 250, quantity: 2 }], { percentOff: 10 }); // 450

Run the tests with \`npm test\`. No dependencies.
`,
  'package.json': `{
  "name": "cart",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`,
  'src/cart.js': `// Adds up a cart. Prices are whole cents.

/** What all items cost together, before any discount. */
export function subtotal(items) {
  return items.reduce((sum, item) => sum + item.price, 0);
}

/** What is to be paid: the subtotal less the discount, in whole cents. */
export function total(items, discount = { percentOff: 0 }) {
  const full = subtotal(items);
  return full - Math.round((full * discount.percentOff) / 100);
}
`,
  'test/cart.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subtotal, total } from '../src/cart.js';

test('an empty cart costs nothing', () => {
  assert.equal(total([]), 0);
});

test('one item costs its price', () => {
  assert.equal(total([{ price: 250, quantity: 1 }]), 250);
});

test('three of an item cost three times its price', () => {
  assert.equal(subtotal([{ price: 250, quantity: 3 }]), 750);
});

test('a discount is taken off the whole cart', () => {
  const items = [
    { price: 1000, quantity: 2 },
    { price: 500, quantity: 1 },
  ];
  assert.equal(total(items, { percentOff: 10 }), 2250);
});
`,
};

/** The issue that describes the bug. */
export const demoIssue = {
  title: 'The total ignores how many of an item are in the cart',
  body: `I put three mugs at 2.50 into the cart and was asked to pay 2.50.

The quantity of an item seems to be ignored when the cart is added up. \`npm test\` shows it too:
"three of an item cost three times its price" and "a discount is taken off the whole cart" fail.

Expected: every item counts as often as it is in the cart, with and without a discount.
`,
} as const;

/** Files that fix the bug: with them every test passes. */
export const demoFix: Readonly<Record<string, string>> = {
  'src/cart.js': `// Adds up a cart. Prices are whole cents.

/** What all items cost together, before any discount. */
export function subtotal(items) {
  return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
}

/** What is to be paid: the subtotal less the discount, in whole cents. */
export function total(items, discount = { percentOff: 0 }) {
  const full = subtotal(items);
  return full - Math.round((full * discount.percentOff) / 100);
}
`,
};
