"""Test support: given–when–then for aggregates, a service or all of them in memory for stories.

```python
given(event(InvoiceDrafted, payer="a"), of=Invoice).when(Invoice.issue, at=APRIL).then(event(InvoiceIssued, number="1"))
given(event(InvoiceDrafted, payer="a"), event(InvoiceIssued, number="1"), of=Invoice).when(
    Invoice.issue, at=APRIL
).refused("S-BI-7")
```
"""

from kernel.testing.collections import MemoryDatabase
from kernel.testing.company import Company
from kernel.testing.happenings import event, like, sealed
from kernel.testing.scenario import Scenario, given
from kernel.testing.world import World

__all__ = ["Company", "MemoryDatabase", "Scenario", "World", "event", "given", "like", "sealed"]
