import { describe, expect, it } from 'vitest';
import { hostsOf, standbyUrl } from '../../src/lib/urls.js';

const CREDENTIALS = 'postgresql://parley:p%40ss,word@';

describe('the hosts of a PostgreSQL URL', () => {
  it.each([
    ['postgres://localhost/parley', ['postgres://localhost/parley']],
    ['postgresql:///parley?host=/run/postgresql', ['postgresql:///parley?host=/run/postgresql']],
    [
      `${CREDENTIALS}one:5432,two:5433,[::1]/parley?sslmode=require&target_session_attrs=read-write`,
      ['one:5432', 'two:5433', '[::1]'].map(
        (host) => `${CREDENTIALS}${host}/parley?sslmode=require&target_session_attrs=read-write`,
      ),
    ],
    ['postgresql://one,two/parley?target_session_attrs=primary', expect.any(Array)],
    ['postgresql://one,two/parley?target_session_attrs=any', expect.any(Array)],
  ])('of %s are those that libpq would connect to', (url, hosts) => {
    expect(hostsOf(url)).toEqual(hosts);
  });

  it.each([
    'parley',
    'mysql://one/parley',
    'postgresql://one,/parley',
    'postgresql://one:x,two/parley',
    'postgresql://one,two/parley?target_session_attrs=standby',
    'postgresql://one/parley?target_session_attrs=prefer-standby',
  ])('of %s there are none: it is no URL of a database that takes writes', (url) => {
    expect(hostsOf(url)).toBeNull();
  });
});

describe('the URL of a standby', () => {
  it.each([
    [`${CREDENTIALS}one/parley?sslmode=require`, `${CREDENTIALS}one/parley?sslmode=require`],
    [`${CREDENTIALS}one,two/parley?target_session_attrs=standby`, `${CREDENTIALS}one,two/parley`],
    [
      'postgres://one/parley?target_session_attrs=prefer-standby&sslmode=require',
      'postgres://one/parley?sslmode=require',
    ],
  ])('%s may ask for one', (url, expected) => {
    expect(standbyUrl(url)).toBe(expected);
  });

  it.each(['parley', 'postgresql://one,/parley', 'postgresql://one/parley?target_session_attrs=primary'])(
    '%s is none',
    (url) => {
      expect(standbyUrl(url)).toBeNull();
    },
  );
});
