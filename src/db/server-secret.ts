import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A secret of the server itself, the same for all its processes: made by the first one that asks. */
export async function serverSecret({ serverSecret: secrets }: PrismaClient, name: string): Promise<Uint8Array> {
  await secrets.createMany({ data: [{ name, value: new Uint8Array(randomBytes(32)) }], skipDuplicates: true });
  return (await secrets.findUniqueOrThrow({ where: { name } })).value;
}
