import { z } from 'zod';

export const REMOVE_FILES = 'remove-files';

/** How many files one job removes, so that a failure repeats little. */
export const FILES_PER_JOB = 200;

/** The files of deleted messages, by their keys. */
export const removedFiles = z.object({ workspaceId: z.uuid(), keys: z.array(z.string()) });

export type RemovedFiles = z.output<typeof removedFiles>;
