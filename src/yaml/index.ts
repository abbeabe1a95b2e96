// YAML as plain data that knows where everything stands: the one reader of every file that people write.
export { readYaml } from './read-yaml.ts';
export type { SourceDocument } from './read-yaml.ts';
export { childPath, documentPath, pathOfNames } from './document-path.ts';
