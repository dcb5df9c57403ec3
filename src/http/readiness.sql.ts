import type { Database } from '../db/client.js';

/** Whether the database takes statements. */
export async function databaseAnswers({ prisma }: Database): Promise<boolean> {
  try {
    await prisma.$queryRaw`SELECT 1`;
    return true;
  } catch {
    return false;
  }
}
