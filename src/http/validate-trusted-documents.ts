import type { GraphQLError } from 'graphql';
import { messageOf } from '../lib/error-info.js';
import { refuseManifest, type TrustedDocuments } from './trusted-documents.js';
import type { Pipeline } from './yoga.js';

/**
 * Parses and validates every trusted document as the pipeline does, which then keeps the results.
 * @throws {StartError} if a document would be refused, as after a change of the schema
 */
export function validateTrustedDocuments(pipeline: Pipeline, { byHash }: TrustedDocuments): void {
  const { parse, validate, schema } = pipeline.getEnveloped({});
  for (const { text, id, file } of byHash.values()) {
    try {
      const [error]: readonly GraphQLError[] = validate(schema, parse(text));
      if (error) throw error;
    } catch (error) {
      refuseManifest(file, `the document ${id} is not valid: ${messageOf(error)}`);
    }
  }
}
