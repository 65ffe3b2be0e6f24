import { describe, expect, it } from 'vitest';
import { Limiter, networkOf } from '../../../src/http/access/rate-limits.ts';

const time = { now: 1000 };
const limiter = (perSecond: number) => new Limiter(perSecond, () => time.now);

describe('a limiter', () => {
  it('lets so many by in each second of the clock, whichever way the clock goes', () => {
    const door = limiter(2);
    const three = () => [door.take('a'), door.take('a'), door.take('a')];
    expect(three()).toEqual([true, true, false]);
    time.now += 999;
    expect(three()).toEqual([false, false, false]);
    time.now += 1;
    expect(three()).toEqual([true, true, false]);
    time.now -= 5000;
    expect(three()).toEqual([true, true, false]);
  });

  it('counts each apart', () => {
    const door = limiter(1);
    expect(['a', 'b', 'a'].map((whose) => door.take(whose))).toEqual([true, true, false]);
  });

  it('keeps ten thousand counters: of more, the first is forgotten', () => {
    const door = limiter(1);
    for (let at = 0; at < 10_000; at++) door.take(String(at));
    expect([door.take('0'), door.take('1')]).toEqual([false, false]);
    expect(door.take('one more')).toBe(true);
    expect([door.take('one more'), door.take('1'), door.take('0')]).toEqual([false, false, true]);
  });
});

describe('the network of an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001::4:5:6:7:8', '2001:0:0:4'],
    ['::4:5:6:7:8', '0:0:0:4'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('of %s is %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
