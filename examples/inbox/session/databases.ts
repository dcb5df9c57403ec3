const PREFIX = 'parley:';

/** The name of the database in which the browser keeps what a person has seen and written. */
export const databaseOf = (personId: string): string => PREFIX + personId;

/** Deletes this person's database, and those of the people whom the inbox was switched from. */
export async function deleteDatabases(personId: string): Promise<void> {
  const found = await findNames().catch(() => []);
  // By its name where browsers do not list them.
  await Promise.allSettled([...new Set([databaseOf(personId), ...found])].map(deleteDatabase));
}

async function findNames(): Promise<string[]> {
  if (!('databases' in indexedDB)) return [];
  const all = await indexedDB.databases();
  return all.flatMap(({ name }) => (name?.startsWith(PREFIX) ? name : []));
}

/** Settles also where another tab has it open: it is deleted once that one lets go of it. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.onsuccess = () => resolve();
    deleting.onblocked = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });
}
