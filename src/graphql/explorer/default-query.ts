/** Shown in the explorer's header pane until the reader replaces it with an API key. */
export const API_KEY_PLACEHOLDER = '<your API key>';

/** The explorer's answer while the placeholder is still there. */
export const API_KEY_HINT =
  `Put an API key in place of ${API_KEY_PLACEHOLDER} in the Headers pane at the bottom left. ` +
  'A gateway with the demo tenant writes one to demo.json in its data folder (.data unless DATA_DIR says otherwise), as "apiKey". ' +
  'Any other gateway: npm run stockbridge -- keys create --help';

/** The query that the explorer starts with. */
export const DEFAULT_QUERY = `# Welcome to Stockbridge.
# Ctrl-Enter runs the query, Ctrl-Space completes.
#
# Every request needs an API key: put it into the Headers
# pane below, in place of ${API_KEY_PLACEHOLDER}. A gateway with
# the demo tenant writes one to demo.json in its data folder
# (.data unless DATA_DIR says otherwise), as "apiKey".

query Stock {
  ledgerHead {
    sequence
    hash
  }
  stock(first: 20) {
    ledgerSequence
    nodes {
      item {
        sku
      }
      location {
        code
      }
      onHand
      available
      committed
      incoming
    }
  }
}
`;
