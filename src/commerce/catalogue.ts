/** What the shop sells: a dozen things of 2001. */
import type { Cents, Product } from './model.js';

// biome-ignore format: a line is a product
export const catalogue: readonly Product[] = [
  { id: 'modem-56k', name: 'Modem V.90, 56 kbit/s', shortName: 'Modem 56k', price: 8990, description: 'Sings you into the Internet. With a serial cable and a telephone plug for six countries.' },
  { id: 'card-reader', name: 'Chip card reader', shortName: 'Card reader', price: 4950, description: 'For those who would rather sign at the PC. You will not need it here: you have a phone.' },
  { id: 'phone-cover', name: 'Phone cover “Midnight Blue”', shortName: 'Cover blue', price: 1450, description: 'Snaps on in a second; the keypad comes with it.' },
  { id: 'ringtones', name: 'Ring tone songbook', shortName: 'Ring tones', price: 990, description: 'Two hundred melodies to key in, one note at a time.' },
  { id: 'pda', name: 'Pocket organiser, 8 MB', shortName: 'Organiser 8MB', price: 29900, description: 'Sixteen shades of grey, a stylus and an infrared eye.' },
  { id: 'mp3-player', name: 'MP3 player, 64 MB', shortName: 'MP3 player', price: 19990, description: 'Holds an album and a half. Runs ten hours on one battery.' },
  { id: 'digicam', name: 'Digital camera, 2.1 megapixels', shortName: 'Camera 2.1MP', price: 44900, description: 'With an 8 MB card for sixteen pictures and a cable to get them out again.' },
  { id: 'wap-book', name: 'Book: “WAP in Plain Words”', shortName: 'WAP book', price: 3695, description: 'Decks, cards and octets, explained with 64 figures.' },
  { id: 'cdr-50', name: 'CD-R, spindle of 50', shortName: '50 CD-R', price: 2490, description: '650 MB each. Good for eight-speed burners, if you do not touch the desk.' },
  { id: 'mouse', name: 'Optical mouse', shortName: 'Optical mouse', price: 3990, description: 'No ball. No mat. A red glow.' },
  { id: 'bowls', name: 'Café crème, 6 grands bols', shortName: 'Cafe 6 bowls', price: 3200, description: 'Porcelain from Limoges, for nights at the modem.' },
  { id: 'game', name: 'Board game “Dot.com”', shortName: 'Game Dot.com', price: 2795, description: 'Burn your venture capital before the others do. Three to six players.' },
];

const byId = new Map(catalogue.map((product) => [product.id, product]));

export function findProduct(id: string): Product | undefined {
  return byId.get(id);
}

/** What the price is in French francs: one euro is 6.55957 of them (Council Regulation (EC) No 2866/98). */
export function francs(cents: Cents): Cents {
  return Math.round((cents * 655_957) / 100_000);
}
