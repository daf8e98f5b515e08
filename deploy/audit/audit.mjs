// Runs the public audit suite of GraphQL over HTTP (npm: graphql-http) against a
// running server: node audit.mjs URL, with a token in ONWARD_TOKEN. It fails where an
// audit does that is not refused on purpose, and where one is met that is.
//
// The server must let token holders read the schema: the suite asks it for types.
import { serverAudits } from 'graphql-http';

// What Onward refuses on purpose, by the suite's identifiers, and why. All three ask
// for GET, and the suite counts them as MAY.
const byPost = 'Requests come by POST alone: an address is logged, cached and linked, ' +
  'and a query in it may name a survivor; and what comes by POST as JSON no other site can send.';
const refused = { '5A70': byPost, D6D5: byPost, '6A70': byPost };

const [url] = process.argv.slice(2);
const fetchFn = (to, init = {}) => fetch(to, {
  ...init, headers: { ...init.headers, authorization: `Bearer ${process.env.ONWARD_TOKEN}` },
});

let failed = 0;
const count = { met: 0, refused: 0 };
for (const audit of serverAudits({ url, fetchFn })) { // one after the other, as one client
  const result = await audit.fn();
  const met = result.status === 'ok';
  if (met !== !(audit.id in refused)) {
    failed++;
    console.log(`FAIL ${audit.id} ${audit.name}: ${met ? 'is met, and listed as refused' : result.reason}`);
  } else if (met) {
    count.met++;
  } else {
    count.refused++;
    console.log(`refused ${audit.id} ${audit.name}: ${refused[audit.id]}`);
  }
}
console.log(`${count.met} audits are met, ${count.refused} are refused on purpose, ${failed} fail`);
process.exitCode = failed > 0 ? 1 : 0;
