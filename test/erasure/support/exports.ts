import { expect } from 'vitest';
import { z } from 'zod';
import { CreateContactExportLinkDocument } from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import type { TestWorkspace } from '../../support/parley.js';

const exported = z.looseObject({ messages: z.array(z.unknown()) });

/** Fetches the file of an export by a new link. */
export async function fetchExport(workspace: Pick<TestWorkspace, 'run'>, exportKey: string) {
  const { url } = await succeed(workspace, CreateContactExportLinkDocument, { exportKey });
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="cont_\w+\.json"/);
  const text = await response.text();
  return { text, body: exported.parse(JSON.parse(text)) };
}

/** All texts in a JSON value. */
export function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
