import assert from 'node:assert/strict';
import { decodeWml, encodeWml, formatWml, parseWml } from '../../../src/wap/wml/index.js';
import { hex } from '../../support/hex.js';

/** The deck that WAP-191 §14.4 prints. */
const printed = `<?xml version="1.0"?>
<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.2//EN" "http://www.wapforum.org/DTD/wml12.dtd">
    <wml>
       <card id="abc" ordered="true">
          <p>
             <do type="accept">
               <go href="http://xyz.org/s"/>
             </do>
             X: $(X)<br/>
             Y: $(&#x59;)<br/>
             Enter name: <input type="text" name="N"/>
          </p>
       </card>
    </wml>`;

describe('WML encoding (WAP-191 §14)', () => {
  // Printed with public identifier 08, which is CHANNEL 1.1 (WAP-192 Table 5); here 09, WML 1.2. Printed with variable
  // names in the string table; here inline, as long as they stand once.
  const stream = hex(`
    02 09 6a 00 7f e7 55 03 616263 00 33 01 60 e8 38 01 ab 4b 03 78797a 00 88 03 73 00 01 01
    03 20583a20 00 42 5800 26 03 20593a20 00 42 5900 26 03 20456e746572206e616d653a20 00 af 48 21 03 4e 00 01 01 01 01`);

  it('the example of §14.4 becomes the printed octets', () => {
    const { document } = parseWml(printed);
    assert.ok(document);
    assert.deepEqual(encodeWml(document, { version: '1.2', wml: '1.2' }), stream);
  });

  it('the example of §14.4 with its string table is read back', () => {
    const deck = decodeWml(
      hex(`
      02 09 6a 04 5800 5900 7f e7 55 03 616263 00 33 01 60 e8 38 01 ab 4b 03 78797a 00 88 03 73 00 01 01
      03 20583a20 00 82 00 26 03 20593a20 00 82 02 26 03 20456e746572206e616d653a20 00 af 48 21 03 4e 00 01 01 01 01`),
    );
    assert.deepEqual(deck, decodeWml(stream));
    assert.match(
      formatWml(deck, '1.2'),
      /<do type="accept"><go href="http:\/\/xyz\.org\/s"\/><\/do> X: \$\(X\)<br\/> Y: \$\(Y\)<br\/>/,
    );
  });
});
