export { createAccessTokenDirectory } from './directory';
export { fetchKeys } from './fetch-keys';
export { FetchError } from './fetch-json';
