/** The ways to break each law of carts. */
import type { Breaks } from './broken-laws.ts';

const line = (text: string) =>
  `update carts set lines = '[{"skuId":"lamp","quantity":2,"selected":true},${text}]' where id = 'full'`;

export const CART_BREAKS: Breaks = {
  cart_lines_are_a_list: [
    {
      by: 'one line that is no list',
      sql: `update carts set lines = '{"skuId":"mug","quantity":1,"selected":true}' where id = 'full'`,
      names: /cart full: .* which is no list/,
    },
    {
      by: 'no lines at all',
      sql: `update carts set lines = null where id = 'full'`,
      names: /cart full: its lines are unsaid, which is no list/,
    },
    {
      by: 'more lines than a cart may have',
      sql: `update carts set lines = (select jsonb_agg(jsonb_build_object('skuId', 's' || n, 'quantity', 1, 'selected', true)) from generate_series(1, 501) n) where id = 'full'`,
      names: /cart full: its lines are 501 and may be 500/,
    },
  ],
  cart_lines_in_range: [
    { by: 'a line that is none', sql: line('7'), names: /cart full: line 2 is 7/ },
    { by: 'a line of nobody', sql: line('{"skuId":null,"quantity":1,"selected":true}'), names: /cart full: line 2 is/ },
    {
      by: 'a SKU without a name',
      sql: line('{"skuId":"","quantity":1,"selected":true}'),
      names: /cart full: line 2 is/,
    },
    {
      by: 'a line of nothing',
      sql: line('{"skuId":"mug","quantity":0,"selected":true}'),
      names: /cart full: line 2 is .*"quantity": 0/,
    },
    {
      by: 'a line below nothing',
      sql: line('{"skuId":"mug","quantity":-1,"selected":true}'),
      names: /cart full: line 2 is .*"quantity": -1/,
    },
    {
      by: 'a line of too much',
      sql: line('{"skuId":"mug","quantity":1000001,"selected":true}'),
      names: /cart full: line 2 is .*"quantity": 1000001/,
    },
    {
      by: 'half a unit',
      sql: line('{"skuId":"mug","quantity":1.5,"selected":true}'),
      names: /cart full: line 2 is .*"quantity": 1.5/,
    },
    {
      by: 'a quantity in words',
      sql: line('{"skuId":"mug","quantity":"1","selected":true}'),
      names: /cart full: line 2 is .*"quantity": "1"/,
    },
    {
      by: 'a line that is neither selected nor not',
      sql: line('{"skuId":"mug","quantity":1,"selected":null}'),
      names: /cart full: line 2 is .*"selected": null/,
    },
    { by: 'a line of two fields', sql: line('{"skuId":"mug","quantity":1}'), names: /cart full: line 2 is/ },
    {
      by: 'a line that says more than a line does',
      sql: line('{"skuId":"mug","quantity":1,"selected":true,"price":1}'),
      names: /cart full: line 2 is .*"price": 1/,
    },
  ],
  cart_names_a_sku_once: [
    {
      by: 'two lines of one SKU',
      sql: line('{"skuId":"lamp","quantity":1,"selected":false}'),
      names: /cart full, SKU lamp: 2 lines/,
    },
  ],
  cart_skus_exist: [
    {
      by: 'a line of no SKU',
      sql: line('{"skuId":"ghost","quantity":1,"selected":true}'),
      names: /cart full: line 2 names SKU ghost, which has no row/,
    },
  ],
  cart_fields_in_range: [
    { by: 'no version', sql: `update carts set version = 0 where id = 'empty'`, names: /cart empty: version 0/ },
    {
      by: 'a time that never was',
      sql: `update carts set updated_at = 'infinity' where id = 'empty'`,
      names: /cart empty: .* updated infinity/,
    },
    { by: 'no name', sql: `update carts set id = '' where id = 'empty'`, names: /cart : version 1/ },
  ],
};
