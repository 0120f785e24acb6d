/** A navigation document as a bank's origin would send it, with what a test wants to be otherwise. */
export interface BankOptions {
  readonly domain?: string;
  readonly name?: string;
  /** More parameters of PXLOGICAL. */
  readonly parms?: string;
  /** More characteristics beside it. */
  readonly more?: string;
}

export function bankDocument({
  domain = '.bank.example',
  name = 'Bank',
  parms = '',
  more = '',
}: BankOptions = {}): string {
  return (
    '<?xml version="1.0"?><!DOCTYPE wap-provisioningdoc PUBLIC "-//WAPFORUM//DTD PROV 1.0//EN" "http://www.wapforum.org/DTD/prov.dtd">' +
    '<wap-provisioningdoc version="1.0"><characteristic type="PXLOGICAL">' +
    `<parm name="PROXY-ID" value="proxy.bank.example"/><parm name="PROXY-PROVIDER-ID" value="proxy.bank.example"/>` +
    `<parm name="NAME" value="${name}"/><parm name="DOMAIN" value="${domain}"/>${parms}` +
    '<characteristic type="PORT"><parm name="PORTNBR" value="9203"/></characteristic>' +
    '<characteristic type="PXPHYSICAL"><parm name="PHYSICAL-PROXY-ID" value="one"/><parm name="PXADDR" value="192.0.2.3"/>' +
    '<parm name="PXADDRTYPE" value="IPV4"/><parm name="TO-NAPID" value="INTERNET"/></characteristic>' +
    `</characteristic>${more}</wap-provisioningdoc>`
  );
}
