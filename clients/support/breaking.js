// Compares schema.graphqls with schema.released.graphqls, and fails on a change
// that breaks clients.
import { readFile } from 'node:fs/promises';
import { buildSchema, findBreakingChanges } from 'graphql';

const load = async (name) => buildSchema(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'));
const changes = findBreakingChanges(await load('schema.released.graphqls'), await load('schema.graphqls'));

for (const { type, description } of changes) {
  console.error(`${type}: ${description}`);
}
if (changes.length > 0) {
  console.error(`
schema.graphqls breaks what schema.released.graphqls promises. Keep the old form, and mark it @deprecated.
Until the first tagged release you may break it instead: say in docs/decisions/contract.md what broke, run
make released, and commit both files with the change.`);
  process.exit(1);
}
