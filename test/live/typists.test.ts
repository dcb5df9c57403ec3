import { describe, expect, it, vi } from 'vitest';
import { createTypists, MAX_TYPISTS, type Typing } from '../../src/live/typists.js';

const TYPING_MS = 10_000;

const typingOf = (number: number): Typing => ({
  conversationId: `conversation ${number}`,
  actor: { type: 'USER', id: 'user' },
  typing: true,
  at: new Date('2026-03-01T12:00:00.000Z'),
  audience: { contactId: null, members: null },
});

describe('who types in a workspace', () => {
  it('is at most 1000 at a time: the one that was heard of the longest ago ends', () => {
    const ended: Typing[] = [];
    const typists = createTypists(TYPING_MS, (typing) => ended.push(typing));
    for (let number = 0; number < MAX_TYPISTS; number += 1) typists.set(typingOf(number));
    typists.set(typingOf(0));
    expect(ended).toEqual([]);
    for (let number = 1_000; number < 1_010; number += 1) typists.set(typingOf(number));
    expect(ended.map(({ conversationId }) => conversationId)).toEqual(
      Array.from({ length: 10 }, (_, index) => `conversation ${index + 1}`),
    );
    expect(typists.count()).toBe(MAX_TYPISTS);
    typists.clear();
    expect(typists.count()).toBe(0);
  });

  it('ends 10 seconds after the last signal, once', () => {
    vi.useFakeTimers();
    try {
      const ended: Typing[] = [];
      const typists = createTypists(TYPING_MS, (typing) => ended.push(typing));
      typists.set(typingOf(1));
      typists.set(typingOf(2));
      vi.advanceTimersByTime(TYPING_MS - 1);
      typists.set(typingOf(1));
      typists.remove('conversation 2', 'user');
      vi.advanceTimersByTime(TYPING_MS - 1);
      expect(ended).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(ended).toEqual([typingOf(1)]);
      vi.advanceTimersByTime(TYPING_MS);
      expect(ended).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
