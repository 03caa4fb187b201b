let addresses = 0;

/** An address of its own for each request, so that the limit on wrong credentials by address does not end a test. */
export function nextAddress(): string {
  addresses += 1;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
}
