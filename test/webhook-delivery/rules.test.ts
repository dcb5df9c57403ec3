import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { flawInUrl, isPublicAddress } from '../../src/domain/webhooks/endpoint-url.js';
import { deliveredAs, webhookEventNames } from '../../src/domain/webhooks/event-names.js';
import { newWebhookSecret, signedHeaders } from '../../src/domain/webhooks/signature.js';
import { eventTypes, type NewEvent } from '../../src/event-log/log-event.js';
import { type EndpointState, healthAfter, stateAfterFailure } from '../../src/webhook-delivery/endpoint-health.js';
import { LONGEST_PAUSE_MS, nextAttemptAt, retryDelaysMs } from '../../src/webhook-delivery/retry.js';

const message = { messageId: '01890a5d-ac96-774b-bcce-b302099a8057' };
const directions = fc.constantFrom('INBOUND', 'OUTBOUND');
const statuses = fc.constantFrom('SENT', 'DELIVERED', 'READ', 'FAILED', null);

const events: fc.Arbitrary<NewEvent> = fc.oneof(
  directions.map((direction): NewEvent => ({ type: 'message.added', payload: { ...message, seq: 1, direction } })),
  statuses.map((status): NewEvent => ({ type: 'message.updated', payload: { ...message, status } })),
  fc.constantFrom<NewEvent>(
    { type: 'conversation.created', payload: {} },
    { type: 'conversation.read', payload: { seq: 1 } },
  ),
);

describe('the event name that an endpoint receives', () => {
  const choices = fc.uniqueArray(fc.constantFrom(...webhookEventNames));

  it('is one that it chose, or the main name if it chose all events', () => {
    fc.assert(
      fc.property(events, choices, (event, names) => {
        const name = deliveredAs(new Set(names), event);
        if (name === null) expect(names).not.toContain(event.type);
        else expect(names.includes('*') ? event.type : names).toContain(name);
      }),
    );
  });

  it('is the main name if that or all events were chosen, whatever else was', () => {
    fc.assert(
      fc.property(events, choices, fc.boolean(), (event, names, all) => {
        expect(deliveredAs(new Set([...names, all ? '*' : event.type]), event)).toBe(event.type);
      }),
    );
  });

  it('exists for every event type of the log', () => {
    for (const type of eventTypes) expect(webhookEventNames).toContain(type);
  });
});

describe('a signature', () => {
  it('is accepted by the reference library for any body, by each of the secrets and no other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (body, id) => {
        const [old, fresh, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
        const headers = signedHeaders({ id, timestamp: Math.floor(Date.now() / 1000), body }, [fresh, old]);
        const verify = (secret: string) => new Webhook(secret).verify(body, headers, { jsonParse: false });
        for (const secret of [old, fresh]) verify(secret);
        expect(() => verify(other)).toThrow();
      }),
    );
  });
});

describe('the next attempt', () => {
  const at = new Date('2026-03-01T12:00:00.000Z');
  const retryAfters = fc.oneof(fc.constant(null), fc.nat().map(String), fc.string());

  it('comes after its delay plus up to a fifth or as Retry-After asks, nine attempts in all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        retryAfters,
        (attempts, random, retryAfter) => {
          const next = nextAttemptAt({ attempts, at, retryAfter, random });
          const delay = retryDelaysMs[attempts - 1];
          expect(next === null).toBe(delay === undefined);
          if (delay === undefined) return;
          const wait = (next?.getTime() ?? 0) - at.getTime();
          expect(wait).toBeGreaterThanOrEqual(delay);
          expect(wait).toBeLessThanOrEqual(24 * 60 * 60 * 1000 * 1.2);
          if (retryAfter === null) expect(wait).toBeLessThanOrEqual(Math.ceil(delay * 1.2));
        },
      ),
    );
  });

  it('is spread over that fifth for deliveries that failed together', () => {
    const waits = (random: number) =>
      retryDelaysMs.map((_, index) => {
        const next = nextAttemptAt({ attempts: index + 1, at, retryAfter: null, random });
        return (next?.getTime() ?? 0) - at.getTime();
      });
    expect(waits(0)).toEqual(retryDelaysMs);
    expect(waits(0.5)).toEqual(retryDelaysMs.map((delay) => (delay * 11) / 10));
    expect(waits(1)).toEqual(retryDelaysMs.map((delay) => (delay * 12) / 10));
  });
});

describe('the health of an endpoint', () => {
  it.each([
    [null, 0, 'healthy'],
    [null, 2_000, 'healthy'],
    [null, 2_001, 'slow'],
    ['The receiver answered 500.', 1, 'failing'],
    ['No complete response within 15 s.', 15_000, 'failing'],
  ])('after the failure %s and %i ms is %s', (failure, durationMs, health) => {
    expect(healthAfter({ failure, durationMs })).toBe(health);
  });
});

describe('a failing endpoint', () => {
  const HOUR_MS = 60 * 60 * 1000;
  const fine: EndpointState = {
    failingSince: null,
    lastFailureAt: null,
    deactivatedAt: null,
    deactivationReason: null,
  };
  const inMs = (hours: number) => Math.round(hours * HOUR_MS);

  /** What tries that fail make of an endpoint, each so long after the one before; with the times of these tries. */
  function failures(pausesMs: readonly number[]) {
    let now = new Date('2026-03-01T12:00:00.000Z');
    const times = [now];
    let state = stateAfterFailure(fine, 500, now);
    for (const pause of pausesMs) {
      now = new Date(now.getTime() + pause);
      times.push(now);
      state = stateAfterFailure(state, 500, now);
      if (state.deactivatedAt) break;
    }
    return { state, times };
  }

  it('is failing since the first attempt after the last pause not due to a retry delay, for at most 5 days', () => {
    const hours = fc.double({ min: 0, max: 72, noNaN: true }).map(inMs);
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 30 }), (pausesMs) => {
        const { state, times } = failures(pausesMs);
        const lastLong = pausesMs.slice(0, times.length - 1).findLastIndex((pause) => pause > LONGEST_PAUSE_MS);
        const since = times[lastLong + 1]?.getTime() ?? 0;
        const last = times.at(-1)?.getTime() ?? 0;
        expect(state.failingSince?.getTime()).toBe(since);
        expect(state.lastFailureAt?.getTime()).toBe(last);
        expect(state.deactivationReason).toBe(last - since >= 5 * 24 * HOUR_MS ? 'FAILING' : null);
      }),
    );
  });

  it('stays failing across the pauses between attempts, even if they are an hour late', () => {
    const attempts = fc.integer({ min: 1, max: retryDelaysMs.length });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    const seconds = fc.nat().map(String);
    fc.assert(
      fc.property(attempts, random, seconds, (count, chance, retryAfter) => {
        const at = new Date('2026-03-01T12:00:00.000Z');
        const next = nextAttemptAt({ attempts: count, at, retryAfter, random: chance });
        const pause = (next?.getTime() ?? 0) - at.getTime() + HOUR_MS;
        expect(failures([pause]).state.failingSince).toEqual(at);
      }),
    );
  });
});

describe('a public address', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:2800:220:1::1', '::ffff:8.8.8.8', '172.32.0.1', '100.128.0.1'])(
    'is %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '168.63.129.16',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'nonsense',
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe("an endpoint's address", () => {
  const strict = { httpsOnly: true, allowPrivate: false };

  it('may have any of the allowed ports and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
        const allowed = port === 80 || port === 443 || (port >= 8000 && port <= 9999);
        expect(flawInUrl(`https://example.com:${port}/`, strict) === null).toBe(allowed);
      }),
    );
  });

  it('is never accepted with a private IP address in any notation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (rest) => {
        const number = 0x7f000000 + rest;
        for (const host of [String(number), `0x${number.toString(16)}`, `0${number.toString(8)}`, `127.${rest}`]) {
          expect(flawInUrl(`https://${host}/`, strict)).toBe('Must be a public address.');
        }
      }),
    );
  });

  it('never makes the check itself throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string()), (text) => {
        expect(['string', 'object']).toContain(typeof flawInUrl(text, strict));
      }),
    );
  });
});
