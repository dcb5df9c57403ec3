import { REMOVE_FILES, removedFiles } from '../../domain/uploads/removed-files.js';
import { defineJob } from '../job.js';

/**
 * Removes the files of deleted messages at once, because URLs by which they can be fetched may have been handed out. Their
 * rows are left to clean-uploads, which also removes what is stored again while that is possible.
 */
export const removeFiles = defineJob({
  name: REMOVE_FILES,
  payload: removedFiles,
  run: async ({ workspaceId, keys }, { uploads, signal }) => {
    for (const key of keys) {
      signal.throwIfAborted();
      await uploads.store.remove({ workspaceId, key });
    }
  },
});
