import DataLoader from 'dataloader';
import { groupBy } from '../../domain/group-by';

/** Loads one thing for each key, or null. */
export const loadOne = <Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => Key,
): DataLoader<Key, Value | null> => loadNamed(fetch, itself, keyOf);

/** Loads all values that belong to each key, in the order in which they were read. */
export const loadMany = <Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => Key,
): DataLoader<Key, readonly Value[]> => loadManyNamed(fetch, itself, keyOf);

const itself = <Key>(key: Key): Key => key;

/** The same for keys that are objects. Keys and values are matched by names. */
export function loadManyNamed<Key, Value, Name = string>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  nameOfKey: (key: Key) => Name,
  nameOf: (value: Value) => Name,
): DataLoader<Key, readonly Value[], Name> {
  return new DataLoader<Key, readonly Value[], Name>(
    async (keys) => {
      const byName = groupBy(await fetch(keys), nameOf);
      return keys.map((key) => byName.get(nameOfKey(key)) ?? []);
    },
    { cacheKeyFn: nameOfKey },
  );
}

/** Loads one thing for each key that is an object, or null. Keys and things are matched by their names. */
export function loadNamed<Key, Value, Name = string>(
  fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  nameOfKey: (key: Key) => Name,
  nameOf: (value: Value) => Name,
): DataLoader<Key, Value | null, Name> {
  return new DataLoader<Key, Value | null, Name>(
    async (keys) => {
      const byName = new Map((await fetch(keys)).map((value) => [nameOf(value), value]));
      return keys.map((key) => byName.get(nameOfKey(key)) ?? null);
    },
    { cacheKeyFn: nameOfKey },
  );
}
