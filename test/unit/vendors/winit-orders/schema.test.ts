import { Ajv2020, type AnySchema } from 'ajv/dist/2020';
import { CREATE_ORDER } from '../../../../src/vendors/winit-orders/schema';
import { fixture } from '../shared/webhook-harness';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

const FAILURE = { code: '2001', msg: '库存不足', data: '' };

test.each<[string, AnySchema, unknown]>([
  ...['osf61', 'osf64', 'osf65'].map((name): [string, AnySchema, unknown] => [
    name,
    CREATE_ORDER.body,
    JSON.parse(fixture('winit-orders', `${name}.request.json`).toString()),
  ]),
  ['success', CREATE_ORDER.response[200], JSON.parse(fixture('winit-orders', 'success.reply.json').toString())],
  ['a refusal', CREATE_ORDER.response[200], FAILURE],
  ['a failure', CREATE_ORDER.response[503], FAILURE],
])('the description is true of %s', (_name, schema, value) => {
  const validate = ajv.compile(schema);
  expect(validate(value) ? null : validate.errors).toBeNull();
});
