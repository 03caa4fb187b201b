import type { JsonValue } from '../../json/strict-json';
import type { UserErrorCode } from '../../domain/errors';
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../domain/ledger/quantity';
import { MAX_ROWS } from '../../domain/validation';

/** One kind of failure: its code in the reply, and what to fix in each language. `{name}` is a detail of the fault. */
interface CodeEntry {
  /** In Winit's form a text; never "0". The codes are ours. */
  readonly code: string;
  /** HTTP status. 200 where Winit's form says it all; another where HTTP clients have to see it. */
  readonly status: 200 | 400 | 413 | 429 | 500 | 503;
  readonly zh_CN: string;
  readonly en_US: string;
}

const entry = (code: string, zh_CN: string, en_US: string, status: CodeEntry['status'] = 200): CodeEntry => ({
  code,
  status,
  zh_CN,
  en_US,
});

/** 1xxx: the call; 13xx: what a field of `data` is. */
const CALL_CODES = {
  BODY_INVALID: entry('1001', '请求体必须是 JSON 对象（{detail}）', 'the body has to be a JSON object ({detail})', 400),
  BODY_TOO_LARGE: entry('1002', '请求体过大，最多 1 MiB', 'the body is too large: at most 1 MiB is taken', 413),
  SIGN_METHOD_UNSUPPORTED: entry('1102', '签名方法只支持 md5', 'only md5 is supported'),
  SIGN_INVALID: entry(
    '1103',
    'app_key 或签名错误，请检查 app_key、token 与签名算法（data 需按键排序、去除空值）',
    'is not the signature of this request by an application that is known; check app_key and token, and that data is signed with sorted keys and without nulls',
  ),
  CLIENT_SIGN_REQUIRED: entry(
    '1104',
    '必须提供 client_id 与 client_sign',
    'client_id and client_sign have to be given',
  ),
  CLIENT_SIGN_INVALID: entry(
    '1105',
    'client_id 或 client_sign 错误，请检查 client secret',
    'client_id or client_sign is not right; check the client secret',
  ),
  TIMESTAMP_INVALID: entry(
    '1106',
    '时间格式必须为 yyyy-MM-dd HH:mm:ss，且不早于 1970 年',
    'has to be a time of the form yyyy-MM-dd HH:mm:ss, from 1970 on',
  ),
  TIMESTAMP_OUT_OF_RANGE: entry(
    '1107',
    '与服务器时间（{timeZone}）相差超过 {seconds} 秒，请校准时钟后重新签名',
    'is more than {seconds} s off the time in {timeZone}; set the clock and sign again',
  ),
  ACTION_UNKNOWN: entry('1201', '不支持的接口，可用：{allowed}', 'is not supported; there is {allowed}'),
  ACTION_RETIRED: entry(
    '1204',
    '是该接口的第一版（v1），请求字段与 v2 不同；请改用 {allowed}，并按 v2 的字段填写 data',
    'is version 1 of this call, whose data has other fields; send {allowed} with the data of version 2',
  ),
  FORMAT_UNSUPPORTED: entry('1202', '格式只支持 {allowed}', 'only {allowed} is supported'),
  VERSION_UNSUPPORTED: entry('1203', '版本只支持 {allowed}', 'only {allowed} is supported'),
  FIELD_REQUIRED: entry('1301', '必填', 'is required'),
  FIELD_NOT_TEXT: entry('1302', '必须是字符串', 'has to be a string'),
  FIELD_TOO_LONG: entry('1303', '长度不能超过 {limit} 个字符', 'has at most {limit} characters'),
  FIELD_NOT_ALLOWED: entry('1304', '只能是 {allowed}', 'has to be one of {allowed}'),
  FIELD_NOT_DIGITS: entry(
    '1305',
    `必须是数字字符串，最大 ${MAX_ROW_QUANTITY}`,
    `has to be a string of digits, up to ${MAX_ROW_QUANTITY}`,
  ),
  FIELD_NOT_INTEGER: entry('1306', '必须是整数', 'has to be an integer'),
  FIELD_NOT_LIST: entry('1307', '必须是数组', 'has to be an array'),
  FIELD_NOT_OBJECT: entry('1308', '必须是对象', 'has to be an object'),
  PRODUCT_UNKNOWN: entry('1309', 'Winit产品编码必须以 {allowed} 之一开头', 'has to begin with one of {allowed}'),
  DIMENSION_NOT_KEPT: entry(
    '1310',
    '此连接未启用该库存维度，请留空（skuType 请用 SINGLE）',
    'this connection keeps no stock by it; leave it empty (for skuType: SINGLE)',
  ),
  FIELD_UNSEEN: entry(
    '1311',
    '含有不可见字符 {unseen}，请删除',
    'contains {unseen}, a character that cannot be seen; remove it',
  ),
  TOO_MANY_CALLS: entry(
    '1429',
    '请求过于频繁，每分钟最多 {limit} 次，请 {seconds} 秒后重试',
    'more than {limit} calls a minute; try again in {seconds} s',
    429,
  ),
  RATE_EXCEEDED: entry(
    '1430',
    '此连接的请求超出速率限制，请 {seconds} 秒后重试',
    'the connection sends more than its rate; try again in {seconds} s',
    429,
  ),
  INTERNAL: entry(
    '1500',
    '系统错误，请联系网关管理员（请求号 {requestId}）',
    'this is a fault of the gateway; its log has more under request {requestId}',
    500,
  ),
  BUSY: entry(
    '1503',
    '系统繁忙，未处理，请 {seconds} 秒后重试',
    'the call was not taken in; send it again in {seconds} s',
    503,
  ),
} as const satisfies Record<string, CodeEntry>;

/** 2xxx: refusals of the order itself, one for each that the domain has. */
const REFUSAL_CODES = {
  INSUFFICIENT_STOCK: entry(
    '2001',
    '库存不足：现有 {current}，需要 {requested}；请减少数量或等待到货',
    'not enough stock: {current} there, {requested} asked for; lower the quantity, or wait for stock',
  ),
  ITEM_NOT_FOUND: entry(
    '2002',
    '商品编码（及规格）不存在，请更正或先注册商品',
    'no merchandise has this code and specification; correct it, or register the merchandise',
  ),
  LOCATION_NOT_FOUND: entry('2003', '仓库编码不存在，请更正', 'no warehouse has this code; correct it'),
  SPECIFICATION_REQUIRED: entry(
    '2004',
    '商品已注册规格，请填写规格',
    'the merchandise is registered with specifications; name one of them',
  ),
  NOT_FOUND: entry('2005', '引用的数据不存在，请更正', 'what it refers to does not exist; correct it'),
  INVALID_INPUT: entry(
    '2006',
    '缺失、过长或格式不正确，请更正',
    'is missing, too long or not of the required form; correct it',
  ),
  INVALID_QUANTITY: entry(
    '2007',
    `数量必须是 1 到 ${MAX_ROW_QUANTITY} 的整数，且库存不能超过 ${MAX_QUANTITY}`,
    `a quantity has to be a whole number from 1 to ${MAX_ROW_QUANTITY}, and no stock may exceed ${MAX_QUANTITY}`,
  ),
  BATCH_TOO_LARGE: entry(
    '2008',
    `一张订单最多 ${MAX_ROWS} 行，请拆分`,
    `an order has at most ${MAX_ROWS} lines; split it`,
  ),
  DUPLICATE_ROW: entry('2009', '与另一行重复，请合并', 'means the same stock as another line; put them into one'),
  CHANGE_FROM_QUANTITY_STALE: entry(
    '2010',
    '库存已变化，请重新查询',
    'the stock has changed; read it again and send a new order',
  ),
  AS_OF_IN_FUTURE: entry('2011', '时间在未来，请更正', 'the time lies ahead; correct it'),
  AS_OF_CONFLICT: entry('2012', '同一时间已有其他盘点', 'another count of the same moment states another quantity'),
  STALE: entry('2013', '已有更新的盘点', 'a later count has been accepted already'),
  IDEMPOTENCY_KEY_REUSED: entry(
    '2014',
    '幂等键已被其他请求使用，请更换',
    'the key was used before with other content; give each order one of its own',
  ),
  SELLER_ORDER_NO_REUSED: entry(
    '2015',
    '该客户订单号已被其他订单使用，请更换',
    'was used before by another order; give each order a number of its own',
  ),
  OWNERS_REQUIRED: entry('2016', '该产品必填库存组织编码', 'is required for this product; fill it in'),
  OWNERS_MUST_DIFFER: entry(
    '2017',
    '组织间库存转移的 turnInCode 与 turnOutCode 不能相同',
    'turnInCode and turnOutCode have to be different for an OSF64 product',
  ),
  OWNERS_MUST_MATCH: entry(
    '2018',
    'turnInCode 与 turnOutCode 必须一致',
    'turnInCode and turnOutCode have to be the same for this product',
  ),
  PACKAGING_MISMATCH: entry(
    '2019',
    'OSF61：调出须为 BOX 或 SUITE 且各行一致，调入须为 SINGLE；其他产品：调入调出的 skuType 须一致',
    'OSF61: BOX or SUITE out, the same in all lines, and SINGLE in; other products: the same skuType on both sides',
  ),
  BARCODE_MISMATCH: entry(
    '2020',
    '调入调出的条码值须一致',
    'barcodeValue has to be the same on both sides for this product',
  ),
  SKU_MISMATCH: entry(
    '2021',
    '调入调出的商品编码与规格须一致',
    'merchandiseCode and specification have to be the same on both sides for this product',
  ),
  QUANTITY_MISMATCH: entry(
    '2022',
    'OSF61：调入数量须等于调出数量 × 每件标准件数；其他产品：调入调出的数量与标准件数须一致',
    'OSF61: quantity in has to be quantity out × standPartsQty; other products: both the same on both sides',
  ),
  UNPACK_FACTOR_REQUIRED: entry(
    '2023',
    '不知道每箱/套的件数，请填写 standPartsQty',
    'it is not known how many units a package holds; give standPartsQty',
  ),
  KEY_TOO_COARSE: entry('2024', '库存按更细维度管理，请写明', 'stock is kept under finer keys; name them'),
  SKU_TAKEN: entry('2025', '该编码属于其他商品', 'the code is that of another merchandise'),
  IDENTIFIER_TAKEN: entry('2026', '该标识属于其他商品', 'the identifier belongs to another merchandise'),
  NOTHING_CHANGES: entry(
    '2027',
    '条码值没有变化，请在调入信息中填写新条码值',
    'barcodeValue is the same on both sides, so nothing would change; give the new one in transferInInfo',
  ),
  ALREADY_REVERSED: entry('2028', '订单已冲销', 'the order has been reversed already'),
  LOOKALIKE: entry(
    '2029',
    '该名称与已有名称仅写法不同，请使用已有名称',
    'differs from another name only in form; use that one',
  ),
  IDENTIFIER_AMBIGUOUS: entry('2030', '该条码对应多个商品', 'the barcode means several merchandises'),
  NEGATIVE_IN_THE_PAST: entry(
    '2031',
    '过去某时刻的库存不足，请更正时间或数量',
    'there was not enough stock at some moment since; correct the time or the quantity',
  ),
  STILL_IN_STOCK: entry('2032', '仍有库存，请先移走', 'it still holds stock; move that first'),
  LOCATION_CODE_TAKEN: entry('2033', '该编码属于其他仓库', 'the code is that of another warehouse'),
  NOT_ALLOWED: entry('2034', '无权操作该库存', 'this stock may not be changed'),
  RESERVATION_EXPIRED: entry('2035', '预留已过期', 'the reservation has expired'),
  RESERVATION_RELEASED: entry('2036', '预留已释放', 'the reservation has been released'),
  RESERVATION_COMMITTED: entry('2037', '预留已确认', 'the reservation has been committed'),
  RESERVATION_FULFILLED: entry('2038', '预留已出库', 'the reservation has been sent out'),
  RESERVATION_NOT_COMMITTED: entry('2039', '预留尚未确认', 'the reservation has not been committed'),
} as const satisfies Record<UserErrorCode, CodeEntry>;

/** The one catalogue of what the call can answer besides success. */
export const ORDER_CODES = { ...CALL_CODES, ...REFUSAL_CODES };
export type OrderFaultCode = keyof typeof ORDER_CODES;

/** One thing that is wrong with a call. */
export interface OrderFault {
  readonly code: OrderFaultCode;
  /** Path in the sender's own names, such as `merchandiseList[0].transferOutInfo.quantity`; left out where no field is at fault. */
  readonly field?: string;
  /** What was sent there; left out where nothing was, and where it is secret. */
  readonly received?: JsonValue;
  /** What the texts of the code name in braces. */
  readonly details?: Readonly<Record<string, string | number>>;
}
