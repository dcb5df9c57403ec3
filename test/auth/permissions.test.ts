import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallerKind, callers, isAbove, permissionsOf, scopesOf } from '../../src/auth/permissions.js';
import { createSessionTokens, type SessionToken } from '../../src/auth/session-token.js';
import type { ApiKeyScope, UserRole } from '../../src/generated/prisma/enums.js';

const kinds: CallerKind[] = ['API_KEY', 'BOT', 'OWNER', 'ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'];
const byRank: UserRole[] = ['READ_ONLY', 'AGENT', 'ADMIN', 'OWNER'];
const scopesByReach: ApiKeyScope[] = ['READ', 'WRITE', 'ADMIN'];
const anyKind = fc.constantFrom(...kinds);
const anyScopes = fc.subarray(scopesByReach);

/** What rank goes by. */
function asking(kind: CallerKind, keyScopes: ApiKeyScope[]) {
  const isKey = kind === 'API_KEY' || kind === 'BOT';
  const allowed = permissionsOf(kind, isKey ? keyScopes : null);
  return { kind, allowed, scopes: scopesOf(kind, allowed) };
}

describe('the permissions of a caller', () => {
  it('are exactly those of its kind in the table, unless a key narrows them', () => {
    fc.assert(
      fc.property(anyKind, anyScopes, (kind, keyScopes) => {
        const { may } = callers[kind];
        for (const permission of permissionsOf(kind, keyScopes)) expect(may).toContain(permission);
        expect([...permissionsOf(kind, null)].sort()).toEqual([...may].sort());
      }),
    );
  });

  it('grow with the scopes of its key, each of which includes the previous ones', () => {
    fc.assert(
      fc.property(anyKind, anyScopes, fc.constantFrom(...scopesByReach), (kind, keyScopes, added) => {
        const before = permissionsOf(kind, keyScopes);
        const after = permissionsOf(kind, [...keyScopes, added]);
        for (const permission of before) expect(after).toContain(permission);
        const upTo = scopesByReach.slice(0, scopesByReach.indexOf(added) + 1);
        expect(permissionsOf(kind, upTo)).toEqual(permissionsOf(kind, [added]));
      }),
    );
  });

  it('match the scopes they are reported as', () => {
    fc.assert(
      fc.property(anyScopes, (keyScopes) => {
        const { allowed, scopes } = asking('API_KEY', keyScopes);
        expect(permissionsOf('API_KEY', [...scopes])).toEqual(allowed);
      }),
    );
  });
});

describe('rank', () => {
  it('is an order in which whoever may assign a role may assign every lower one', () => {
    fc.assert(
      fc.property(anyKind, anyScopes, (kind, keyScopes) => {
        const above = byRank.map((role) => isAbove(role, asking(kind, keyScopes)));
        expect(above).toEqual(above.toSorted((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  it('ranks each role as itself, keys by their scopes, and bots and contacts below all roles', () => {
    for (const [place, role] of byRank.entries()) {
      const givable = byRank.filter((other) => !isAbove(other, asking(role, [])));
      expect(givable).toEqual(byRank.slice(0, place + 1));
    }
    const ofKey = (scope: ApiKeyScope) => byRank.filter((role) => !isAbove(role, asking('API_KEY', [scope])));
    expect(scopesByReach.map(ofKey)).toEqual([[], ['READ_ONLY', 'AGENT'], byRank]);
    for (const kind of ['BOT', 'CONTACT'] as const) {
      expect(byRank.filter((role) => !isAbove(role, asking(kind, ['WRITE'])))).toEqual([]);
    }
  });
});

describe('a session token', () => {
  const tokens = createSessionTokens('a secret of more than thirty-two bytes, for tests only');
  const now = new Date('2026-05-01T10:00:00.000Z');
  const anyToken: fc.Arbitrary<SessionToken> = fc.record({
    workspaceId: fc.uuid(),
    actor: fc.record({ type: fc.constantFrom('USER' as const, 'CONTACT' as const), id: fc.uuid() }),
    claims: fc.record({
      tokenId: fc.uuid(),
      renewable: fc.boolean(),
      expiresAt: fc.integer({ min: 1, max: 86_400 }).map((seconds) => new Date(now.getTime() + seconds * 1000)),
      issuedAt: fc.integer({ min: 0, max: 999 }).map((milliseconds) => new Date(now.getTime() + milliseconds)),
      authenticatedAt: fc.integer({ min: 0, max: 86_400 }).map((seconds) => new Date(now.getTime() - seconds * 1000)),
      keyId: fc.option(fc.uuid()),
      issuerId: fc.option(fc.uuid()),
      trustedDocumentsOnly: fc.boolean(),
    }),
  });
  const sign = (token: SessionToken) => tokens.sign(token);

  it('decodes to what was encoded', async () => {
    await fc.assert(
      fc.asyncProperty(anyToken, async (token) => {
        expect(await tokens.verify(await sign(token), now)).toEqual(token);
      }),
    );
  });

  it('is checked by its signature once, and by its times every time', async () => {
    const at = (time: Date, plusMs: number) => new Date(time.getTime() + plusMs);
    await fc.assert(
      fc.asyncProperty(anyToken, async (token) => {
        const signed = await sign(token);
        const [{ expiresAt, issuedAt }, first] = [token.claims, await tokens.verify(signed, now)];
        expect(await tokens.verify(signed, at(expiresAt, -1))).toBe(first);
        expect(await tokens.verify(signed, expiresAt)).toBeNull();
        expect(await tokens.verify(signed, at(issuedAt, -62_000))).toBeNull();
        expect(
          await createSessionTokens('another secret of more than thirty-two bytes').verify(signed, now),
        ).toBeNull();
      }),
    );
  });

  it('does not decode if any character is changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyToken, fc.nat(), fc.constantFrom('A', 'z', '0', '_', '.'), async (token, at, character) => {
        const signed = await sign(token);
        await tokens.verify(signed, now);
        // The last character holds bits that mean nothing.
        const place = at % (signed.length - 1);
        fc.pre(signed[place] !== character);
        expect(await tokens.verify(`${signed.slice(0, place)}${character}${signed.slice(place + 1)}`, now)).toBeNull();
      }),
    );
  });
});
