import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** The extensions of a field whose value depends on the viewer itself, not only on what the viewer may see. */
export const perViewer = { perViewer: true };

const known = new WeakMap<DocumentNode, boolean>();

/** Whether a document selects a field whose value depends on the viewer. */
export function selectsPerViewer(schema: GraphQLSchema, document: DocumentNode): boolean {
  const cached = known.get(document);
  if (cached !== undefined) return cached;
  let found = false;
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: () => {
        found ||= typeInfo.getFieldDef()?.extensions.perViewer === true;
      },
    }),
  );
  known.set(document, found);
  return found;
}
