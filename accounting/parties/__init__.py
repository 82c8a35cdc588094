"""บุคคลภายนอก: whom the body pays and who pays it."""
