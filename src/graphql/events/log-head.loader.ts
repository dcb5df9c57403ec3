import { readHead } from '../../event-log/read-log.sql.js';
import { perOperation } from '../core/context.js';

/** Where the viewer's log ended when the operation first asked. */
export const logHead = perOperation(({ database, viewer }) => readHead(database, viewer.workspaceId));
