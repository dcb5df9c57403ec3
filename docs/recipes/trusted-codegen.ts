import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import codegen from './codegen.js';

/** codegen.ts for GraphQL Code Generator that also prints the manifest, src/generated/persisted-documents.json. */
const config = {
  ...codegen,
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: { persistedDocuments: true },
      // Caches need __typename, and what they add to a document does not change the one in the manifest.
      documentTransforms: [addTypenameSelectionDocumentTransform],
    },
  },
};

export default config;
