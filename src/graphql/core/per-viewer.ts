import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** Put among a field's extensions: what it answers depends on who asks, not only on what they may see. */
export const perViewer = { perViewer: true };

const known = new WeakMap<DocumentNode, boolean>();

/** Whether a document selects a field that answers each viewer differently. */
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
