import { reportFailure } from './failures';
import { serve } from './serve';

// `npm start` is `stockbridge serve`, without the parsing of commands in the way of a start.
serve({ demo: process.argv.includes('--demo') }).catch(reportFailure);
