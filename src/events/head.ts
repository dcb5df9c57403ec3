import { perOperation } from '../graphql/context.js';
import { readHead } from './tail.sql.js';

/** Where the viewer's log ended when the operation first asked. */
export const logHead = perOperation(({ database, viewer }) => readHead(database, viewer.workspaceId));
