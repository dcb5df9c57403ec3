import { defineConfig } from 'prisma/config';

// Prisma's CLI looks for its native schema engine before every command and downloads it where it is missing, although
// these three never run it. Naming a file that exists lets them work offline; `prisma migrate` is left as it is.
const command = process.argv[2];
if (command && ['generate', 'validate', 'format'].includes(command)) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost/none' },
});
