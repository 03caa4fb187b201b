/**
 * Sends one operation; for what has to be known before a load is made.
 *
 * @param {string} url
 * @param {string | undefined} apiKey
 * @param {string} query
 * @param {object} variables
 * @returns {Promise<any>} the data; throws where there are errors
 */
export async function graphqlOnce(url, apiKey, query, variables) {
  /** @type {Record<string, string>} */
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = /** @type {{data: any, errors?: unknown[]}} */ (await response.json());
  if (errors) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}
