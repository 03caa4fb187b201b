// PostGraphile 5 on the same tables, on its own HTTP server and with its defaults for production. The relations that it
// shows are declared to it, since the posting path has no foreign keys.
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { jsonPgSmartTags } from 'postgraphile/utils';

/** As many sessions as the gateway reads with. */
const POOL_SIZE = 12;

const relations = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      stock_level: {
        tags: {
          foreignKey: [
            '(tenant_id, item_id) references item (tenant_id, item_id)',
            '(tenant_id, location_id) references location (tenant_id, location_id)',
          ],
        },
      },
    },
  },
});

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [relations],
  pgServices: [
    makePgService({
      connectionString: process.env['DATABASE_URL'],
      schemas: ['public'],
      poolConfig: { max: POOL_SIZE },
    }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
});

const server = createServer();
server.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
await instance.createServ(grafserv).addTo(server);
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`ready at http://127.0.0.1:${port}\n`);
});
// It holds nothing that has to be kept, and its own release waits for sessions to time out.
process.once('SIGTERM', () => process.exit(0));
