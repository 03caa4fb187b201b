import { reportFailure } from './failures';
import { allowClosedOutput } from './output';
import { serve } from './serve';

allowClosedOutput();
// `npm start` is `stockbridge serve`, without the parsing of commands in the way of a start.
serve({ demo: process.argv.includes('--demo') }).catch(reportFailure);
