import { badUserInput } from '../lib/errors.js';
import { type IdType, parseId } from '../lib/ids.js';
import { builder, Node } from './core/builder.js';
import { rowWeight } from './core/complexity.js';
import type { Context } from './core/context.js';
import { findNode } from './nodes/find-node.js';

const MAX_NODES = 100;

type NodeId = { type: IdType; uuid: string };

function readNodeId(id: string, path: string[]): NodeId {
  const parsed = parseId(id);
  if (parsed) return parsed;
  throw badUserInput(`Not an id: ${JSON.stringify(id.slice(0, 64))}.`, path);
}

function loadNode(context: Context, { type, uuid }: NodeId) {
  return findNode(context, type, uuid);
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description: 'An object by its public id; null if it does not exist or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'A public id.' }) },
    resolve: (_root, { id }, context) => loadNode(context, readNodeId(id, ['id'])),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    complexity: ({ ids }) => ({ field: rowWeight.message * ids.length, multiplier: Math.max(1, ids.length) }),
    description:
      'Objects by their public ids, in the same order; null for each that does not exist or that the viewer may not see.',
    args: { ids: t.arg.idList({ required: true, description: `At most ${MAX_NODES} public ids.` }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_NODES) throw badUserInput(`Request at most ${MAX_NODES} nodes at a time.`, ['ids']);
      const wanted = ids.map((id, index) => readNodeId(id, ['ids', String(index)]));
      return Promise.all(wanted.map((id) => loadNode(context, id)));
    },
  }),
}));
