import { shownValue } from '../shared/received';
import type { VendorReply } from '../shared/webhook';
import { ORDER_CODES, type OrderFault } from './codes';

/** The languages that an answer can have: the envelope's `language`. */
export const LANGUAGES = ['zh_CN', 'en_US'] as const;
export type Language = (typeof LANGUAGES)[number];

const CONTENT_TYPE = 'application/json';

/** Most faults that one message names: 300 bad lines must not produce an answer of a megabyte. */
const MAX_NAMED_FAULTS = 100;

/** The words that all codes share. A bar separates faults, because their sentences have commas and semicolons. */
const WORDS = {
  zh_CN: { success: '操作成功', received: '；收到', between: ' | ', more: (count: number) => `另有 ${count} 处错误` },
  en_US: {
    success: 'Operation succeeded',
    received: '; received',
    between: ' | ',
    more: (count: number) => `and ${count} more`,
  },
} satisfies Record<Language, object>;

/** Chinese, Winit's own, when a call names neither language. */
export function languageOf(value: unknown): Language {
  return LANGUAGES.find((language) => language === value) ?? 'zh_CN';
}

export function successReply(orderNo: string, language: Language): VendorReply {
  return { status: 200, ...winitForm('0', WORDS[language].success, { orderNo }) };
}

/**
 * One answer for all that is wrong: the code of the first fault, and a message that names each with its field.
 *
 * @param faults at least one
 */
export function failureReply(
  faults: readonly OrderFault[],
  language: Language,
  headers: Readonly<Record<string, string>> = {},
): VendorReply {
  const [first] = faults;
  const { code, status } = ORDER_CODES[first?.code ?? 'INTERNAL'];
  return { status, headers, ...winitForm(code, messageOf(faults, language), '') };
}

function messageOf(faults: readonly OrderFault[], language: Language): string {
  const { between, more } = WORDS[language];
  const sentences = faults.slice(0, MAX_NAMED_FAULTS).map((fault) => sentenceOf(fault, language));
  const left = faults.length - sentences.length;
  return [...sentences, ...(left > 0 ? [more(left)] : [])].join(between);
}

/** What is wrong, in one sentence without its full stop. */
export function sentenceOf({ code, field, received, details = {} }: OrderFault, language: Language): string {
  const text = ORDER_CODES[code][language].replace(/\{(\w+)\}/g, (_braces, name: string) =>
    String(details[name] ?? '?'),
  );
  if (field === undefined) return text;
  const value = shownValue(received);
  return value === null ? `${field}: ${text}` : `${field}: ${text}${WORDS[language].received} ${value}`;
}

/** The codes of the statuses that have one of their own. */
const SERVER_CODES: Readonly<Partial<Record<number, keyof typeof ORDER_CODES>>> = {
  413: 'BODY_TOO_LARGE',
  429: 'TOO_MANY_CALLS',
  503: 'BUSY',
};

/** A refusal by the server itself, before the call's language is known. */
export function serverFailureForm(sentence: string, status: number): Pick<VendorReply, 'contentType' | 'body'> {
  const code = SERVER_CODES[status] ?? (status < 500 ? 'BODY_INVALID' : 'INTERNAL');
  return winitForm(ORDER_CODES[code].code, sentence, '');
}

function winitForm(
  code: string,
  msg: string,
  data: '' | { readonly orderNo: string },
): Pick<VendorReply, 'contentType' | 'body'> {
  return { contentType: CONTENT_TYPE, body: JSON.stringify({ code, msg, data }) };
}
