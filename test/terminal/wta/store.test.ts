import assert from 'node:assert/strict';
import { openPhoneData } from '../../../src/terminal/phone-data.js';
import { temporaryFolder } from '../../support/folder.js';
import { card } from '../handset.js';
import { base, service, WtaHandset } from './phones.js';

describe('What a telephone keeps (WAP-266-WTA §4.3, §8)', () => {
  const file = temporaryFolder();

  it('channels and their resources, permissions and the phonebook survive being switched off', async () => {
    const services = { 'in.wml': service(card('in')) };
    const first = openPhoneData(file('phone.sqlite'));
    const handset = new WtaHandset(services, { telephony: { store: first.telephony } });
    await handset.channel('calls', ['in.wml'], { attributes: 'eventid="wtaev-cc/ic" useraccessible="true"' });
    const { permissions, telephone } = handset.telephony;
    permissions.obtain(
      { executable: `${base}in.wml`, name: 'WTAVoiceCall.setup', types: ['BLANKET'], shown: [] },
      undefined,
      () => {},
    );
    await handset.press('softLeft');
    telephone.phoneBook.write(3, '+331', 'Marie');
    await handset.terminal.close();
    first.close();

    const second = openPhoneData(file('phone.sqlite'));
    const again = new WtaHandset({}, { telephony: { store: second.telephony } });
    assert.equal(again.telephony.repository.boundTo('wtaev-cc/ic')?.url, `${base}calls`);
    assert.equal(again.telephony.agent.openChannel('calls'), true);
    await again.settle();
    assert.equal(again.title(), 'in');
    assert.deepEqual(again.asked, []);
    assert.deepEqual(again.telephony.permissions.blankets(), [
      { executable: `${base}in.wml`, name: 'WTAVoiceCall.setup' },
    ]);
    assert.deepEqual(again.telephony.telephone.phoneBook.entries()[2], { number: '+331', name: 'Marie' });

    // An empty channel unloads it, and its executable takes the permission along.
    await again.channel('calls', []);
    assert.deepEqual(second.telephony.load(), { channels: [], resources: [] });
    assert.deepEqual(second.telephony.blankets(), []);
    await again.terminal.close();
    second.close();
  });

  it('what is half done is not done', () => {
    const store = openPhoneData(':memory:');
    const resource = { url: `${base}a`, contentType: 'x', body: new Uint8Array(1), md5: 'x' };
    const wrong = { ...resource, body: undefined as unknown as Uint8Array };
    assert.throws(() =>
      store.telephony.commit({
        removeChannels: [],
        putChannels: [],
        removeResources: [],
        putResources: [resource, wrong],
      }),
    );
    assert.deepEqual(store.telephony.load().resources, []);
    store.close();
  });
});
