import { Prisma } from '../../generated/prisma/client.js';
import { directFields, inSameWorkspace, listOfRows, rowBelow, tableAs } from '../core/direct/rows.js';

const { sql, raw } = Prisma;

directFields('Message', {
  attachments: (row, selected) => {
    const upload = rowBelow(row, 'upload');
    return listOfRows(
      selected.object('Attachment', upload),
      sql`(SELECT * FROM ${tableAs('Upload', upload)}
        WHERE ${inSameWorkspace(upload, row)} AND ${upload.column('messageId')} = ${row.column('id')}
        ORDER BY ${upload.column('position')}) ${raw(upload.alias)}`,
    );
  },
});
