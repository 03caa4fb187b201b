import { Ajv2020, type AnySchema } from 'ajv/dist/2020';
import { PROBLEM_MEDIA_TYPE } from '../../../../src/http/problem';
import { LIST_INVENTORIES, SAVE_INVENTORY, SHOW_INVENTORY } from '../../../../src/vendors/comestri/schema';
import { INVENTORY } from '../../../../src/vendors/comestri/wire';
import { fixture } from '../shared/webhook-harness';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const REQUEST_ID = '019a0000-0000-7000-8000-000000000001';

test.each<[string, AnySchema]>([
  ['create-inventory.request.json', SAVE_INVENTORY.body],
  ['full-inventory.request.json', SAVE_INVENTORY.body],
  ['create-inventory.reply.json', SAVE_INVENTORY.response[201]],
  ['full-inventory.reply.json', SHOW_INVENTORY.response[200]],
  ['list.reply.json', LIST_INVENTORIES.response[200]],
  ['empty-list.reply.json', LIST_INVENTORIES.response[200]],
  ['every-fault.reply.json', SAVE_INVENTORY.response[422].content[PROBLEM_MEDIA_TYPE].schema],
])('the description is true of %s', (name, schema) => {
  const value = { requestId: REQUEST_ID, ...(JSON.parse(fixture('comestri', name).toString()) as object) };
  const validate = ajv.compile(schema);
  expect(validate(value) ? null : validate.errors).toBeNull();
});

test('the description has the members of every reply and no others', () => {
  const reply = JSON.parse(fixture('comestri', 'full-inventory.reply.json').toString()) as object;
  expect(Object.keys(SHOW_INVENTORY.response[200].properties).sort()).toEqual(Object.keys(reply).sort());
});

test('the description has every parameter and no other', () => {
  const { properties } = SAVE_INVENTORY.body.properties.inventory;
  expect(Object.keys(properties as object).sort()).toEqual(Object.keys(INVENTORY).sort());
});
