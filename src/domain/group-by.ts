/** The values under each key, in their order. As Map.groupBy, which Node 20 does not have. */
export function groupBy<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** Whether no two values have the same key. Takes much less than to group them. */
export function isEachOnce<Value>(values: readonly Value[], keyOf: (value: Value) => unknown): boolean {
  const keys = new Set<unknown>();
  for (const value of values) keys.add(keyOf(value));
  return keys.size === values.length;
}
