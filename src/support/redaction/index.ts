// How secrets are found in texts and taken out of them: values in every form, and what looks like a key.
export { createTextRedactor, mark } from './text-redactor.ts';
export { secretShapes } from './secret-shapes.ts';
