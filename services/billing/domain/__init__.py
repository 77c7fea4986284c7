"""The aggregates of billing: Account, Invoice, InvoiceRegister, ExchangeRates, Receivable."""
