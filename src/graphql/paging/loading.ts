import DataLoader from 'dataloader';
import { groupBy } from '../../domain/group-by';

/** Loads one thing for each key, or null. */
export function loadOne<Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => Key,
): DataLoader<Key, Value | null> {
  return new DataLoader(async (keys) => {
    const byKey = new Map((await fetch(keys)).map((value) => [keyOf(value), value]));
    return keys.map((key) => byKey.get(key) ?? null);
  });
}

/** Loads all values that belong to each key, in the order in which they were read. */
export function loadMany<Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => Key,
): DataLoader<Key, readonly Value[]> {
  return new DataLoader(async (keys) => {
    const byKey = groupBy(await fetch(keys), keyOf);
    return keys.map((key) => byKey.get(key) ?? []);
  });
}

/** The same for keys that are objects. Keys and values are matched by names. */
export function loadManyNamed<Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  nameOfKey: (key: Key) => string,
  nameOf: (value: Value) => string,
): DataLoader<Key, readonly Value[], string> {
  return new DataLoader<Key, readonly Value[], string>(
    async (keys) => {
      const byName = groupBy(await fetch(keys), nameOf);
      return keys.map((key) => byName.get(nameOfKey(key)) ?? []);
    },
    { cacheKeyFn: nameOfKey },
  );
}

/** Loads one thing for each key that is an object, or null. Keys and things are matched by their names. */
export function loadNamed<Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  nameOfKey: (key: Key) => string,
  nameOf: (value: Value) => string,
): DataLoader<Key, Value | null, string> {
  return new DataLoader<Key, Value | null, string>(
    async (keys) => {
      const byName = new Map((await fetch(keys)).map((value) => [nameOf(value), value]));
      return keys.map((key) => byName.get(nameOfKey(key)) ?? null);
    },
    { cacheKeyFn: nameOfKey },
  );
}
